import type { Brand } from './brand';

/** A 0-based line, as VS Code, LSP and tree-sitter count. */
export type Line0 = Brand<number, 'Line0'>;

/** A 1-based line, as people, stack traces and `code.line.number` count. */
export type Line1 = Brand<number, 'Line1'>;

/** Half-open range; columns are 0-based UTF-16 code units. */
export interface Range0 {
  readonly startLine: Line0;
  readonly startColumn: number;
  readonly endLine: Line0;
  readonly endColumn: number;
}

/** Brands a number that is known to count from 0. */
export function line0(value: number): Line0 {
  return value as Line0;
}

/** Brands a number that is known to count from 1. */
export function line1(value: number): Line1 {
  return value as Line1;
}

/** The same line, counted from 0; a 0 that pretends to be 1-based stays the first line. */
export function toLine0(line: Line1): Line0 {
  return Math.max(0, line - 1) as Line0;
}

/** The same line, counted from 1. */
export function toLine1(line: Line0): Line1 {
  return (line + 1) as Line1;
}

/** Whether `line` lies on one of the lines of `range`. */
export function containsLine(range: Range0, line: Line0): boolean {
  return range.startLine <= line && line <= range.endLine;
}
