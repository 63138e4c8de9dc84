import type { ApiKeyScope, ErrorCode } from "@crm/schemas";

/** Where a procedure stands in the REST face, and what the OpenAPI document says of it. */
export type ApiMeta = {
  openapi?: {
    method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
    /** From the root, parameters in braces: `/api/contacts/{id}`. */
    path: `/${string}`;
    tags: string[];
    summary: string;
    description?: string;
    /** False for what anybody may call. @default true */
    protect?: boolean;
  };
  /** Over REST, one of the shop's: see `ShopFace`. */
  shop?: ShopFace;
  /** What an API key needs for this, one of them where there are several. Without any, keys are refused. */
  scope?: ApiKeyScope | readonly ApiKeyScope[];
  /** Over REST, the body itself is this field, and the others are in the query. */
  upload?: Upload;
  /** Over REST, the body itself is the file, streamed as `ctx.upload`; its name and type are in the headers. */
  streamedUpload?: { maxBytes: number };
  /** Over REST, the answer is the file that the output describes. */
  download?: true;
  /** Over REST, the answer is a file of one of these types, given through `ctx.sendFile`. */
  fileTypes?: readonly string[];
  /** Over REST, the types in which the same is given to those whose `Accept` asks for them. */
  otherTypes?: readonly string[];
  /** @default 200 */
  successStatus?: 200 | 201;
  /** An answer with this `status` goes on in the background, so it is 202. */
  acceptedStatus?: string;
  /** The reasons of its own, beyond what every procedure can answer. */
  errors?: readonly ErrorCode[];
};

/**
 * The face that a shop knows, at the root: bare JSON for the envelope, a page is an array with the next one in `Link`, and
 * errors are `{code, error}`. Profiles are signed in there beside admins, by Bearer alone.
 */
export interface ShopFace {
  /** What the procedure gives is told by the status alone. */
  empty?: true;
  /** What the procedure answers to besides its own method. */
  alsoGet?: true;
}

export interface Upload {
  field: string;
  types: readonly string[];
  maxBytes: number;
  /** The field is text, and another one takes the type. Without this it is base64. */
  text?: { typeField: string };
}
