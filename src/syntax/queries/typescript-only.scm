; What only TypeScript has, or spells otherwise than the JavaScript grammar.

[(abstract_class_declaration) (interface_declaration)] @class
(internal_module name: (_) @type.name) @type

(public_field_definition) @field

; constructor(private readonly client: OrdersClient)
(required_parameter
  pattern: (identifier) @typed.name
  type: (type_annotation [(type_identifier) (nested_type_identifier) (generic_type)] @typed.type)) @typed

(enum_declaration
  name: (identifier) @member.owner
  body: (enum_body
    (enum_assignment
      name: (_) @member.name
      value: [(string) (template_string)] @member.value) @member)) @_root
