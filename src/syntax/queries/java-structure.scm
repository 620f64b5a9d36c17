; Methods, types, imports and string constants. Annotations are children of what they stand on.

(package_declaration (_) @package.name) @package
(import_declaration) @import

(method_declaration name: (identifier) @function.name body: (block)? @function.body) @function
(constructor_declaration name: (identifier) @function.name body: (_) @function.body) @function
(compact_constructor_declaration name: (identifier) @function.name body: (_) @function.body) @function
(variable_declarator name: (identifier) @function.name value: (lambda_expression) @function.value) @function
(lambda_expression) @callback

(class_declaration name: (identifier) @type.name) @type
(interface_declaration name: (identifier) @type.name) @type
(enum_declaration name: (identifier) @type.name) @type
(record_declaration name: (identifier) @type.name) @type
(annotation_type_declaration name: (identifier) @type.name) @type

(field_declaration
  declarator: (variable_declarator
    name: (identifier) @constant.name
    value: [(string_literal) (binary_expression)] @constant.value)) @constant
(constant_declaration
  declarator: (variable_declarator
    name: (identifier) @constant.name
    value: [(string_literal) (binary_expression)] @constant.value)) @constant
(local_variable_declaration
  declarator: (variable_declarator
    name: (identifier) @constant.name
    value: [(string_literal) (binary_expression)] @constant.value)) @constant
(enum_constant
  name: (identifier) @constant.name
  arguments: (argument_list . (string_literal) @constant.value)) @constant
; @Value("${topics.orders:orders}") private String topic;
(field_declaration
  (modifiers
    (annotation
      name: (identifier) @_value
      arguments: (annotation_argument_list . (string_literal) @constant.value)))
  declarator: (variable_declarator name: (identifier) @constant.name)
  (#eq? @_value "Value")) @constant
