import { markdownSection } from '../base/texts/markdownSection';
import { ruleOf } from './ruleCatalogue';

/** The file with all pages, in the folder of the package. */
export const RULE_PAGES = 'src/lint/RULES.md';

/**
 * Where the editor shows the page of a rule: a document of Spanlight's own, so that it is there without a network and in
 * the version that found something.
 */
export function rulePageUri(id: string): string {
  return `spanlight:/rules/${id}.md`;
}

/** What a rule finds and how to mend it, as Markdown without a heading; its title where the pages are not at hand. */
export function ruleHelp(pages: string | undefined, id: string): string {
  const title = ruleOf(id)?.title ?? id;
  return (pages === undefined ? undefined : markdownSection(pages, id)) ?? `${title}.`;
}
