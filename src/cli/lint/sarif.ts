import { createHash } from 'node:crypto';
import type { ArtifactChange, ArtifactLocation, Location, Log, PhysicalLocation, Region } from 'sarif';
import { toLine1, type Range0 } from '../../base/positions';
import type { Finding, FixEdit } from '../../model/finding';
import { RULES } from '../../lint/ruleCatalogue';
import { ruleHelp } from '../../lint/ruleHelp';

const LEVELS = { error: 'error', warning: 'warning', info: 'note', hint: 'note' } as const;

/**
 * Findings as a SARIF 2.1.0 log (OASIS standard), as code scanning reads it: one run, places relative to `SRCROOT`, a
 * fingerprint per finding that stays when lines move, and the page of each rule with it.
 *
 * @param pages the text with all rules' pages; undefined where it is not at hand.
 */
export function sarif(findings: readonly Finding[], relative: (file: string) => string, pages?: string): Log {
  const used = RULES.filter((rule) => findings.some((finding) => finding.rule === rule.id));
  const rules = used.map((rule) => ({
    id: rule.id,
    shortDescription: { text: rule.title },
    fullDescription: { text: firstParagraph(ruleHelp(pages, rule.id)) },
    help: { text: ruleHelp(pages, rule.id), markdown: ruleHelp(pages, rule.id) },
    defaultConfiguration: { level: LEVELS[rule.severity], enabled: rule.offByDefault !== true },
  }));
  const seen = new Map<string, number>();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Spanlight', rules } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { description: { text: 'The top of the repository' } } },
        results: findings.map((finding) => ({
          ruleId: finding.rule,
          ruleIndex: used.findIndex((rule) => rule.id === finding.rule),
          level: LEVELS[finding.severity],
          message: { text: finding.message },
          locations: [{ physicalLocation: location(relative(finding.file), finding.range) }],
          relatedLocations: [
            ...finding.related.map(({ file, range, message }) => related(relative(file), range, message)),
            ...finding.evidence.map(({ file, range, text }) => related(relative(file), range, text)),
          ],
          partialFingerprints: { 'spanlight/v1': fingerprint(finding, relative, seen) },
          fixes: finding.fixes.map(({ title, edits }) => ({
            description: { text: title },
            artifactChanges: changes(edits, relative),
          })),
        })),
      },
    ],
  };
}

/** What code scanning shows in a row of its list takes no more than 1,024 characters. */
function firstParagraph(text: string): string {
  return text
    .split(/\n\s*\n/, 1)[0]!
    .replace(/\s+/g, ' ')
    .slice(0, 1_000);
}

function location(file: string, range: Range0): PhysicalLocation {
  return { artifactLocation: artifact(file), region: region(range) };
}

function related(file: string, range: Range0, text: string): Location {
  return { physicalLocation: location(file, range), message: { text } };
}

function artifact(file: string): ArtifactLocation {
  return { uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' };
}

function region(range: Range0): Region {
  return {
    startLine: toLine1(range.startLine),
    startColumn: range.startColumn + 1,
    endLine: toLine1(range.endLine),
    endColumn: range.endColumn + 1,
  };
}

function changes(edits: readonly FixEdit[], relative: (file: string) => string): ArtifactChange[] {
  return [...new Set(edits.map((edit) => edit.file))].map((file) => ({
    artifactLocation: artifact(relative(file)),
    replacements: edits
      .filter((edit) => edit.file === file)
      .map(({ range, newText }) => ({
        deletedRegion: region(range),
        insertedContent: { text: newText },
      })),
  }));
}

/** Of the rule, the file and the message without its line numbers; the second of the same kind gets a number. */
function fingerprint(finding: Finding, relative: (file: string) => string, seen: Map<string, number>): string {
  const words = [finding.rule, relative(finding.file), finding.message.replace(/:\d+/g, '')].join('\n');
  const hash = createHash('sha256').update(words).digest('hex').slice(0, 32);
  const count = (seen.get(hash) ?? 0) + 1;
  seen.set(hash, count);
  return `${hash}:${count}`;
}
