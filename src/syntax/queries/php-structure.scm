; Functions, methods, types, imports and string constants. Attributes are children of what they stand on.

(namespace_definition name: (namespace_name) @package.name) @package
(namespace_use_declaration) @import

(function_definition name: (name) @function.name body: (_) @function.body) @function
(method_declaration name: (name) @function.name body: (compound_statement)? @function.body) @function
(assignment_expression
  left: [(variable_name) (member_access_expression)] @function.name
  right: [(anonymous_function) (arrow_function)] @function.value) @function
(anonymous_function) @callback
(arrow_function) @callback

(class_declaration name: (name) @type.name) @type
(interface_declaration name: (name) @type.name) @type
(trait_declaration name: (name) @type.name) @type
(enum_declaration name: (name) @type.name) @type

(const_element (name) @constant.name (_) @constant.value) @constant
(enum_case name: (name) @constant.name value: (_) @constant.value) @constant
(property_element
  name: (variable_name (name) @constant.name)
  default_value: [(string) (encapsed_string) (binary_expression)] @constant.value) @constant
(assignment_expression
  left: (variable_name (name) @constant.name)
  right: [(string) (encapsed_string) (binary_expression) (heredoc) (nowdoc)] @constant.value) @constant
; What is added to a text makes it one that is not known.
(augmented_assignment_expression
  left: (variable_name (name) @constant.name)
  right: (_) @constant.value) @constant
