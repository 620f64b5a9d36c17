; Functions, classes, imports and module, class and function constants.

(function_definition name: (identifier) @function.name parameters: (_) @function.parameters) @function
(assignment left: (identifier) @function.name right: (lambda) @function.value) @function
(lambda) @callback

(class_definition name: (identifier) @type.name superclasses: (argument_list)? @type.bases) @type

(decorated_definition definition: (_) @decorated.definition) @decorated
(decorator (_) @decorator.expression) @decorator

(import_statement) @import
(import_from_statement) @import

(assignment
  left: [(identifier) (attribute)] @constant.name
  right: [(string) (concatenated_string) (binary_operator) (boolean_operator) (subscript) (parenthesized_expression)] @constant.value) @constant
(assignment
  left: [(identifier) (attribute)] @constant.name
  right: (call function: (attribute attribute: (identifier) @_default)) @constant.value
  (#any-of? @_default "get" "getenv" "format" "str")) @constant
(assignment
  left: (identifier) @constant.name
  right: (call function: (identifier) @_default) @constant.value
  (#any-of? @_default "Field" "config" "getenv" "env")) @constant
; self.topic = config.kafka.topic
(assignment left: (attribute) @constant.name right: (attribute) @constant.value) @constant
; arq's workers: functions = [download], cron_jobs = [cron(tidy)]
(assignment
  left: (identifier) @jobs.name
  right: (list) @jobs.list
  (#any-of? @jobs.name "functions" "cron_jobs")) @jobs
