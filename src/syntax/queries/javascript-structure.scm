; Classes, named object literals, imports and string constants; decorators where the grammars agree.

(class_declaration name: (_) @type.name) @type
(class name: (_) @type.name) @type
(variable_declarator name: (identifier) @type.name value: (class)) @type

(variable_declarator name: (identifier) @object.name value: (object) @object.value) @object
(variable_declarator
  name: (identifier) @object.name
  value: (call_expression arguments: (arguments . (object) @object.value .))) @object
(assignment_expression left: (member_expression) @object.name right: (object) @object.value) @object

(import_statement source: (string) @import.from) @import
(export_statement source: (string) @import.from) @import
(variable_declarator
  name: [(identifier) (object_pattern)] @require.names
  value: (call_expression
    function: (identifier) @_require
    arguments: (arguments . (string) @require.from .))
  (#eq? @_require "require")) @require
(variable_declarator
  name: (identifier) @require.names
  value: (member_expression
    object: (call_expression
      function: (identifier) @_require
      arguments: (arguments . (string) @require.from .))
    property: (property_identifier) @require.member)
  (#eq? @_require "require")) @require

(variable_declarator
  name: (identifier) @constant.name
  value: [(string) (template_string) (binary_expression)] @constant.value) @constant
(variable_declarator
  name: (identifier) @member.owner
  value: (object
    (pair
      key: [(property_identifier) (string)] @member.name
      value: [(string) (template_string) (binary_expression)] @member.value) @member))
(variable_declarator
  name: (identifier) @member.owner
  value: (call_expression
    function: (member_expression property: (property_identifier) @_freeze)
    arguments: (arguments
      . (object
        (pair
          key: [(property_identifier) (string)] @member.name
          value: [(string) (template_string)] @member.value) @member)))
  (#eq? @_freeze "freeze"))

(decorator) @decorator
