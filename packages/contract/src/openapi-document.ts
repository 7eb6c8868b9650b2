/** The shape of the OpenAPI document. */

export type JsonObject = { [key: string]: unknown };

export interface OpenApiDocument {
  openapi: '3.1.0';
  info: JsonObject;
  servers: { url: string }[];
  security: JsonObject[];
  tags: { name: string }[];
  /** Path template → lower-case method → operation object. */
  paths: Record<string, Record<string, JsonObject>>;
  components: {
    securitySchemes: Record<string, JsonObject>;
    responses: Record<string, JsonObject>;
    schemas: Record<string, JsonObject>;
  };
}
