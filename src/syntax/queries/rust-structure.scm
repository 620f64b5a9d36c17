; Functions, methods, types, imports and string constants. Attributes stand before what they are of.

(function_item name: (identifier) @function.name) @function
(function_signature_item name: (identifier) @function.name) @function
(let_declaration pattern: (identifier) @function.name value: (closure_expression) @function.value) @function
(closure_expression) @callback

(struct_item name: (type_identifier) @type.name) @type
(enum_item name: (type_identifier) @type.name) @type
(trait_item name: (type_identifier) @type.name) @type
(impl_item type: (_) @type.name) @type
(mod_item name: (identifier) @type.name body: (_)) @type

(use_declaration argument: (_) @import.path) @import
(attribute_item (attribute) @attribute.body) @attribute

(const_item name: (identifier) @constant.name value: (_) @constant.value) @constant
(static_item name: (identifier) @constant.name value: (_) @constant.value) @constant
(let_declaration
  pattern: (identifier) @constant.name value: [(string_literal) (raw_string_literal)] @constant.value) @constant
