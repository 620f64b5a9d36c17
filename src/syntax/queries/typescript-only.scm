; What only TypeScript has, or spells otherwise than the JavaScript grammar.

(abstract_class_declaration name: (_) @type.name) @type
(interface_declaration name: (_) @type.name) @type
(internal_module name: (_) @type.name) @type

(class_declaration (class_heritage (extends_clause value: (_) @base.name))) @base
(class_declaration (class_heritage (implements_clause (_) @base.name))) @base
(abstract_class_declaration (class_heritage (extends_clause value: (_) @base.name))) @base
(abstract_class_declaration (class_heritage (implements_clause (_) @base.name))) @base
(class (class_heritage (extends_clause value: (_) @base.name))) @base
(interface_declaration (extends_type_clause type: (_) @base.name)) @base

(public_field_definition
  name: (_) @function.name
  value: [(arrow_function) (function_expression)] @function.value) @function
(public_field_definition
  name: (_) @function.name
  value: (call_expression
    function: (_) @function.wrapper
    arguments: (arguments [(arrow_function) (function_expression)] @function.value))) @function
(variable_declarator
  name: (identifier) @function.name
  value: (as_expression [(arrow_function) (function_expression)] @function.value)) @function
(variable_declarator
  name: (identifier) @function.name
  value: (satisfies_expression [(arrow_function) (function_expression)] @function.value)) @function

(public_field_definition
  name: (_) @constant.name
  value: [(string) (template_string) (binary_expression)] @constant.value) @constant
(public_field_definition
  name: (_) @made.name
  value: [(call_expression) (new_expression) (await_expression)] @made.value) @made
; private client: OrdersClient; constructor(private readonly client: OrdersClient)
(public_field_definition
  name: (_) @typed.name
  type: (type_annotation [(type_identifier) (nested_type_identifier) (generic_type)] @typed.type)) @typed
(required_parameter
  pattern: (identifier) @typed.name
  type: (type_annotation [(type_identifier) (nested_type_identifier) (generic_type)] @typed.type)) @typed

(variable_declarator
  name: (identifier) @constant.name
  value: (as_expression [(string) (template_string)] @constant.value)) @constant
(variable_declarator
  name: (identifier) @object.name
  value: [(as_expression (object) @object.value) (satisfies_expression (object) @object.value)]) @object
(variable_declarator
  name: (identifier) @member.owner
  value: (as_expression
    (object
      (pair
        key: [(property_identifier) (string)] @member.name
        value: [(string) (template_string)] @member.value) @member)))
(enum_declaration
  name: (identifier) @member.owner
  body: (enum_body
    (enum_assignment
      name: (_) @member.name
      value: [(string) (template_string)] @member.value) @member))

; this.topic = process.env.TOPIC!; { topic: process.env.TOPIC as string }; readonly topic = process.env.TOPIC
(assignment_expression
  left: (member_expression object: (this)) @setting.name
  right: [(non_null_expression (member_expression)) (as_expression (member_expression))] @setting.value) @setting
(variable_declarator
  name: (identifier) @setting.name
  value: [(non_null_expression (member_expression)) (as_expression (member_expression))] @setting.value) @setting
(public_field_definition
  name: (_) @setting.name
  value: [(member_expression object: (member_expression)) (non_null_expression (member_expression))] @setting.value) @setting
(pair
  key: (_) @settingPair.name
  value: [
    (as_expression (member_expression object: (member_expression property: (property_identifier) @_env)))
    (non_null_expression (member_expression object: (member_expression property: (property_identifier) @_env)))
  ] @settingPair.value
  (#eq? @_env "env")) @settingPair
