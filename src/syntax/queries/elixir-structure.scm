; Functions, modules and module attributes: to Elixir's grammar all of them are calls.

(call
  target: (identifier) @_define
  (arguments
    . [
      (identifier) @function.name
      (call target: (identifier) @function.name)
      (binary_operator left: (call target: (identifier) @function.name))
      (binary_operator left: (identifier) @function.name)
    ])
  (#any-of? @_define "def" "defp" "defmacro" "defmacrop")) @function

(call
  target: (identifier) @_module
  (arguments . (alias) @type.name)
  (#any-of? @_module "defmodule" "defprotocol" "defimpl")) @type

(unary_operator operand: (call target: (identifier) @constant.name (arguments . [(string) (atom)] @constant.value))) @constant

; What Plug's router answers with.
(call
  target: (identifier) @_verb
  (arguments . (string))
  (do_block)
  (#any-of? @_verb "get" "post" "put" "patch" "delete" "match" "options" "head")) @callback
