; Functions, methods, types, imports and string constants.

(package_clause (package_identifier) @package.name) @package

(function_declaration name: (identifier) @function.name) @function
(method_declaration
  receiver: (parameter_list (parameter_declaration) @function.receiver)
  name: (field_identifier) @function.name) @function

(short_var_declaration
  left: (expression_list . (identifier) @function.name .)
  right: (expression_list . (func_literal) @function.value .)) @function
(var_spec name: (identifier) @function.name value: (expression_list . (func_literal) @function.value .)) @function
(assignment_statement
  left: (expression_list . [(identifier) (selector_expression)] @function.name .)
  right: (expression_list . (func_literal) @function.value .)) @function
(keyed_element
  key: (literal_element (identifier) @function.name)
  value: (literal_element (func_literal) @function.value)) @function
(func_literal) @callback

(type_spec name: (type_identifier) @type.name type: (_) @type.body) @type

(import_spec) @import

(const_spec name: (identifier) @constant.name value: (expression_list . (_) @constant.value)) @constant
(var_spec
  name: (identifier) @constant.name
  value: (expression_list . [(interpreted_string_literal) (raw_string_literal) (binary_expression)] @constant.value)) @constant
(short_var_declaration
  left: (expression_list . (identifier) @constant.name .)
  right: (expression_list
    . [(interpreted_string_literal) (raw_string_literal) (binary_expression)] @constant.value .)) @constant
