import { z } from "zod";

type Shape = z.core.JSONSchema.BaseSchema;

/** An input of this schema's shape in which every text is the same one, whether it fits or not. */
export const fillInput = (schema: z.ZodType, text: string): unknown =>
  fill(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }), text);

function fill(shape: Shape, text: string): unknown {
  const [option] = shape.anyOf ?? shape.oneOf ?? [];
  if (option) return fill(option as Shape, text);
  if (shape.type === "object") {
    const fields = Object.entries(shape.properties ?? {});
    return Object.fromEntries(fields.map(([name, field]) => [name, fill(field as Shape, text)]));
  }
  if (shape.type === "array") return [fill(shape.items as Shape, text)];
  return shape.type === "string" ? text : 1;
}
