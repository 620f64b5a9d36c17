; What the JavaScript grammar spells otherwise than TypeScript's.

(field_definition) @field
