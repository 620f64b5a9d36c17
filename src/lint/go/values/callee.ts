import type { CodeFunction } from '../../../syntax/code/code';
import type { FunctionPlace } from '../../code/program';
import type { GoType } from './goType';

/** What a call calls. */
export type Callee =
  /** Others' function: `net/http.Get`. */
  | { readonly kind: 'external'; readonly name: string }
  /** A method of others' type: `net/http.Client` and `Do`. */
  | { readonly kind: 'externalMethod'; readonly type: string; readonly name: string }
  /** A function or method of the workspace; several where an interface is called. */
  | { readonly kind: 'own'; readonly places: readonly FunctionPlace[] }
  /** A conversion to a type. */
  | { readonly kind: 'conversion'; readonly type: GoType }
  /** A local function value. */
  | { readonly kind: 'closure'; readonly function: CodeFunction }
  | { readonly kind: 'unknown'; readonly name: string };
