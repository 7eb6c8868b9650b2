/** The part of an OpenAPI document that validation uses. */
export interface SchemaDocument {
  components: { schemas: Record<string, object> };
}
