import type { FileFacts } from '../facts';
import type { Captures } from './captures';
import { Constants } from './constants';
import type { ExpressionValues } from './expressionValues';
import { FactsBuilder } from './factsBuilder';
import type { ExtractionInput } from './languageExtractor';
import { Outline, type ScopeDraft } from './outline';
import { Receivers } from './receivers';
import type { SourceFile } from './sourceFile';
import type { SourceText } from './sourceText';
import { readSqlTexts } from './sqlTexts';
import { Variables, type VariableRules } from './variables';

/** How a language reads what every file has: scopes, variables, and what expressions stand for. */
export interface FileRules<V extends ExpressionValues> {
  readonly scopes: (captures: Captures, source: SourceText) => ScopeDraft[];
  readonly variables: (source: SourceText) => VariableRules;
  readonly values: (source: SourceText, outline: Outline, constants: Constants, made: Variables) => V;
}

/** A file whose facts are about to be collected: scopes are known, constants and facts still empty. */
export function openFile<V extends ExpressionValues>(
  { captures, source }: ExtractionInput,
  rules: FileRules<V>,
): SourceFile & { readonly values: V } {
  const outline = new Outline(rules.scopes(captures, source));
  const constants = new Constants(outline);
  const made = new Variables(captures, source, rules.variables(source));
  return {
    source,
    captures,
    outline,
    constants,
    values: rules.values(source, outline, constants, made),
    receivers: new Receivers(outline),
    facts: new FactsBuilder(),
    made,
  };
}

/** Adds the texts that the query captured as `@constant`, under the names that `nameOf` makes of those written. */
export function readConstants(
  file: SourceFile & { readonly values: ExpressionValues },
  nameOf: (written: string) => string = (written) => written,
): void {
  const { captures, source, constants, values } = file;
  for (const { node, parts } of captures.of('constant')) {
    const value = values.text(parts.value);
    if (value === undefined || parts.name === undefined) continue;
    constants.add(nameOf(source.of(parts.name)), value, node.startIndex);
  }
}

/** The name that the query captured as `@package`: of Java's package, Go's, C#'s namespace; '' without one. */
export function packageName({ captures, source }: ExtractionInput): string {
  const name = captures.of('package')[0]?.parts.name;
  return name === undefined ? '' : source.of(name);
}

/** What was collected, in the form that leaves this room. */
export function finishFile(
  { language, root }: ExtractionInput,
  file: SourceFile & { readonly values: ExpressionValues },
): FileFacts {
  readSqlTexts(file, root);
  return file.facts.finish(language, root.hasError, file.outline, file.constants, file.source);
}
