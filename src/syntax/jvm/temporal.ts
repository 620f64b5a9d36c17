import { annotationsOf, type Annotation } from '../extract/annotations';
import { literal } from '../extract/textBuilder';
import type { HandlerFact, TextFact } from '../facts';
import { givenTexts, type JvmFile } from './file';

/**
 * Temporal's workflows and activities under the names they are registered with: a `@WorkflowMethod` bears its
 * interface's, a method of an `@ActivityInterface` its own in upper camel case.
 */
export function temporalTypes(file: JvmFile): void {
  if (!file.source.text.includes('temporal')) return;
  for (const type of file.outline.types()) {
    const onType = annotationsOf(type, file.annotations);
    const isWorkflow = onType.some(({ name }) => name === 'WorkflowInterface');
    const activity = onType.find(({ name }) => name === 'ActivityInterface');
    if (!isWorkflow && activity === undefined) continue;
    const [prefix] = activity === undefined ? [] : givenTexts(file, activity.site, 'namePrefix');
    for (const index of file.outline.membersOf(type.name)) {
      const draft = file.outline.draft(index);
      if (draft === undefined || draft.start < type.start || draft.end > type.end) continue;
      const on = file.annotations.find((one) => one.function === index && /^(Workflow|Activity)Method$/.test(one.name));
      if (isWorkflow && on?.name !== 'WorkflowMethod') continue;
      const byDefault = isWorkflow ? type.name : draft.name[0]!.toUpperCase() + draft.name.slice(1);
      add(
        file,
        isWorkflow,
        index,
        named(on, file) ?? literal((prefix?.kind === 'literal' ? prefix.text : '') + byDefault),
      );
    }
  }
}

function named(annotation: Annotation | undefined, file: JvmFile): TextFact | undefined {
  return annotation === undefined ? undefined : givenTexts(file, annotation.site, 'name')[0];
}

function add(file: JvmFile, isWorkflow: boolean, index: number, destination: TextFact): void {
  const handler: HandlerFact = { kind: 'function', function: index };
  const system = isWorkflow ? 'temporal_workflow' : 'temporal_activity';
  const range = file.source.range(file.outline.draft(index)!.nameSpan);
  file.facts.messages.push({ side: 'consumer', system, destination, handler, range });
}
