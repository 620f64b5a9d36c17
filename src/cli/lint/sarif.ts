import { createHash } from 'node:crypto';
import type { ArtifactChange, CodeFlow, Location, Log, Notification, ReportingDescriptor, Result } from 'sarif';
import type { IgnoreNote } from '../../lint/ignoring/ignoreNotes';
import type { Finding, FixEdit } from '../../model/finding';
import { RULES } from '../../lint/ruleCatalogue';
import type { RuleDescription } from '../../lint/rule';
import { RULE_PAGES, ruleHelp } from '../../lint/ruleHelp';
import { skippedLines, type SkippedFile } from '../../lint/skippedFile';
import { artifact, BASE, linkedMessage, located, region, type NumberedPlace } from './sarifPlaces';

const LEVELS = { error: 'error', warning: 'warning', info: 'note', hint: 'note' } as const;

/** How code scanning names the same. */
const PROBLEMS = { error: 'error', warning: 'warning', info: 'recommendation', hint: 'recommendation' } as const;

/** Where what rules speak of is told: context propagation, in OpenTelemetry's own words. */
const HELP = 'https://opentelemetry.io/docs/concepts/context-propagation/';

/** The same for what a rule is about, where no repository has the rule's own page. The first that fits counts. */
const HELP_PAGES: readonly (readonly [rule: RegExp, page: string])[] = [
  [/^GO-/, 'https://opentelemetry.io/docs/languages/go/instrumentation/#propagators-and-context'],
  [/^JS-/, 'https://opentelemetry.io/docs/languages/js/propagation/'],
  [/^PY-/, 'https://opentelemetry.io/docs/languages/python/propagation/'],
  [/^JAVA-SPRING-KAFKA-/, 'https://docs.spring.io/spring-kafka/reference/kafka/micrometer.html'],
  [/^JAVA-CLIENT-/, 'https://opentelemetry.io/docs/languages/java/api/#contextpropagators'],
  [/^JAVA-/, 'https://docs.spring.io/spring-boot/reference/actuator/tracing.html'],
  [/^CS-/, 'https://opentelemetry.io/docs/languages/dotnet/instrumentation/'],
];

function helpPage(rule: string, repository: string | undefined): string {
  if (repository !== undefined) return `${repository}/blob/HEAD/${RULE_PAGES}#${rule.toLowerCase()}`;
  return HELP_PAGES.find(([of]) => of.test(rule))?.[1] ?? HELP;
}

/** What a log holds besides the findings. */
export interface SarifExtras {
  /** The text with all rules' pages; undefined where it is not at hand. */
  readonly pages?: string | undefined;
  /** Of Spanlight itself; undefined where it is not known. */
  readonly version?: string | undefined;
  /** The address of Spanlight's repository; undefined where its manifest names none. */
  readonly repository?: string | undefined;
  readonly skipped?: readonly SkippedFile[];
  readonly notes?: readonly IgnoreNote[];
}

/**
 * Findings as a SARIF 2.1.0 log (OASIS standard), as code scanning reads it: one run, places relative to `%SRCROOT%`, a
 * fingerprint per finding that stays when lines move, the page of each rule with it, and the evidence as related places
 * that the message links to, and as the steps of a code flow that ends at the finding. Files that were not read, and
 * comments that silence nothing, are notifications of the run and no results.
 */
export function sarif(findings: readonly Finding[], relative: (file: string) => string, extras: SarifExtras = {}): Log {
  const { pages, version, repository, skipped = [], notes = [] } = extras;
  const used = RULES.filter((rule) => findings.some((finding) => finding.rule === rule.id));
  const rules = used.map((rule) => descriptor(rule, pages, repository));
  const seen = new Map<string, number>();
  const numbers = new Map(used.map(({ id }, i) => [id, i]));
  const results = findings.map((finding): Result => ({
    ruleId: finding.rule,
    ruleIndex: numbers.get(finding.rule)!,
    ...resultOf(finding, relative),
    partialFingerprints: { 'spanlight/v1': fingerprint(finding, relative, seen) },
  }));
  const toolExecutionNotifications: Notification[] = [
    ...skippedLines(skipped, relative).map(({ file, name, text }) =>
      notification(`${name} ${text}.`, { file: relative(file) }),
    ),
    ...notes.map(({ file, range, message }) => notification(message, { file: relative(file), range })),
  ];
  const driver = { name: 'Spanlight', informationUri: HELP, rules, ...(version === undefined ? {} : { version }) };
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [BASE]: { description: { text: 'The top of the repository' } } },
        invocations: [{ executionSuccessful: true, toolExecutionNotifications }],
        results,
      },
    ],
  };
}

function descriptor(
  rule: RuleDescription,
  pages: string | undefined,
  repository: string | undefined,
): ReportingDescriptor {
  const help = ruleHelp(pages, rule.id);
  return {
    id: rule.id,
    shortDescription: { text: rule.title },
    fullDescription: { text: firstParagraph(help) },
    helpUri: helpPage(rule.id, repository),
    help: { text: help, markdown: help },
    defaultConfiguration: { level: LEVELS[rule.severity], enabled: rule.offByDefault !== true },
    properties: {
      tags: ['opentelemetry', 'tracing', 'reliability'],
      precision: 'very-high',
      'problem.severity': PROBLEMS[rule.severity],
    },
  };
}

function resultOf(finding: Finding, relative: (file: string) => string): Omit<Result, 'ruleId'> {
  const places = [
    ...finding.related.map(({ file, range, message }) => ({ file: relative(file), range, text: message })),
    ...finding.evidence.map(({ file, range, text }) => ({ file: relative(file), range, text })),
  ].map((place, i): NumberedPlace => ({ ...place, id: i + 1 }));
  const here = { file: relative(finding.file), range: finding.range };
  return {
    level: LEVELS[finding.severity],
    message: { text: linkedMessage(finding.message, places) },
    locations: [located(here)],
    relatedLocations: places.map((place) => ({ id: place.id, ...located(place) })),
    ...(finding.evidence.length === 0 ? {} : { codeFlows: [flow(finding, relative)] }),
    fixes: finding.fixes.map(({ title, edits }) => ({
      description: { text: title },
      artifactChanges: changes(edits, relative),
    })),
  };
}

/** What shows that the process is traced and this is not covered, then the place itself. */
function flow(finding: Finding, relative: (file: string) => string): CodeFlow {
  const steps: Location[] = [
    ...finding.evidence.map(({ file, range, text }) => located({ file: relative(file), range, text })),
    located({ file: relative(finding.file), range: finding.range, text: 'The trace context is lost here' }),
  ];
  return { threadFlows: [{ locations: steps.map((location) => ({ location })) }] };
}

function notification(text: string, place: Parameters<typeof located>[0]): Notification {
  return { level: 'note', message: { text }, locations: [located(place)] };
}

/** What code scanning shows in a row of its list takes no more than 1,024 characters. */
function firstParagraph(text: string): string {
  return text
    .split(/\n\s*\n/, 1)[0]!
    .replace(/\s+/g, ' ')
    .slice(0, 1_000);
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
