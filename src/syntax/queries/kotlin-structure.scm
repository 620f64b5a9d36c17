; Functions, types, imports and string constants. Annotations are children of what they stand on, or stand right before it.

(package_header (qualified_identifier) @package.name) @package
(import) @import

(function_declaration name: (identifier) @function.name (function_body)? @function.body) @function
(secondary_constructor) @function
(property_declaration (variable_declaration (identifier) @function.name) (lambda_literal) @function.value) @function
(lambda_literal) @callback

(class_declaration name: (identifier) @type.name) @type
(object_declaration name: (identifier) @type.name) @type

(property_declaration
  (variable_declaration (identifier) @constant.name)
  [(string_literal) (multiline_string_literal) (binary_expression)] @constant.value) @constant
(enum_entry (identifier) @constant.name (value_arguments . (value_argument (string_literal) @constant.value))) @constant
; @Value("\${topics.orders:orders}") val topic: String
(class_parameter
  (modifiers
    (annotation
      (constructor_invocation
        (user_type) @_value
        (value_arguments . (value_argument (string_literal) @constant.value)))))
  (identifier) @constant.name
  (#eq? @_value "Value")) @constant
(property_declaration
  (modifiers
    (annotation
      (constructor_invocation
        (user_type) @_value
        (value_arguments . (value_argument (string_literal) @constant.value)))))
  (variable_declaration (identifier) @constant.name)
  (#eq? @_value "Value")) @constant
