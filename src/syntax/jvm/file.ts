import type { Annotation } from '../extract/annotations';
import type { CallSite } from '../extract/callSite';
import type { ExpressionValues } from '../extract/expressionValues';
import type { SourceFile } from '../extract/sourceFile';
import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';

/** What expressions stand for, in the languages that share frameworks on the JVM. */
export interface JvmValues extends ExpressionValues {
  /** Texts of one string or a list of them. */
  texts(node: SyntaxNode | undefined): TextFact[];
  /** Who answers when `node` is given as a handler: a lambda, `handler::list`. */
  handler(node: SyntaxNode | undefined): HandlerFact | undefined;
}

/** A Java or Kotlin file while its facts are collected. */
export interface JvmFile extends SourceFile {
  readonly values: JvmValues;
  /** Annotations with what they stand on. */
  readonly annotations: readonly Annotation[];
  /** The items that an annotation gives for an attribute; those without a name are `value`. */
  given(site: CallSite, attribute: string): readonly SyntaxNode[];
}

/** The texts that an annotation gives for the first of some attributes that it has. */
export function givenTexts(file: JvmFile, site: CallSite, ...attributes: readonly string[]): TextFact[] {
  for (const attribute of attributes) {
    const texts = file.given(site, attribute).flatMap((item) => file.values.text(item) ?? []);
    if (texts.length > 0) return texts;
  }
  return [];
}
