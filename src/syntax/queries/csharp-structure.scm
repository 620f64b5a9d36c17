; Methods, types, using directives and string constants. Attributes are children of what they stand on.

(namespace_declaration name: (_) @package.name) @package
(file_scoped_namespace_declaration name: (_) @package.name) @package
(using_directive) @import

(method_declaration name: (identifier) @function.name body: (_)? @function.body) @function
(constructor_declaration name: (identifier) @function.name body: (_) @function.body) @function
(local_function_statement name: (identifier) @function.name body: (_)? @function.body) @function
(property_declaration name: (identifier) @function.name value: (arrow_expression_clause) @function.body) @function
(variable_declarator
  name: (identifier) @function.name
  [(lambda_expression) (anonymous_method_expression)] @function.value) @function
[(lambda_expression) (anonymous_method_expression)] @callback

(class_declaration name: (identifier) @type.name) @type
(struct_declaration name: (identifier) @type.name) @type
(record_declaration name: (identifier) @type.name) @type
(interface_declaration name: (identifier) @type.name) @type
(enum_declaration name: (identifier) @type.name) @type

(variable_declarator
  name: (identifier) @constant.name
  [
    (string_literal) (verbatim_string_literal) (raw_string_literal)
    (interpolated_string_expression) (binary_expression) (invocation_expression)
  ] @constant.value) @constant
(property_declaration
  name: (identifier) @constant.name
  value: [(string_literal) (arrow_expression_clause [(string_literal) (interpolated_string_expression)])] @constant.value) @constant
