/** The part of an OpenAPI document that validation reads. */
export interface SchemaDocument {
  components: { schemas: Record<string, object> };
}
