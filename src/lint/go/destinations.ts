import { destinationOfName, destinationOfUrl, isForeign } from '../code/thirdParty';
import type { SourceCode } from '../code/sourceCode';
import type { CodeFunction } from '../../syntax/code/code';
import { ownerOf } from '../code/program';
import type { GoUnit } from './goUnit';
import { outermost } from './relevance';
import type { Value, Values } from './values';

const MAX_STEPS = 60;
/** Libraries that collect and show telemetry or are asked for it: exporters are no part of a request. */
const EXPORTER = /(^|\/)(exporters?|telemetry|otlp|metrics|pusher|webhooks?|notifiers?|alerting)(\/|\.go$)/i;

/** Tells requests to others' services, which continue no trace of ours. */
export class Destinations {
  private readonly module: string;

  constructor(
    unit: GoUnit,
    private readonly values: Values,
  ) {
    this.module = unit.code.unit.manifest.text.toLowerCase();
  }

  /** Whether a request to this address, made in this function, surely leaves the own system. */
  isForeign(url: Value | undefined, source: SourceCode, fn: CodeFunction): boolean {
    if (EXPORTER.test(source.file.relative)) return true;
    const names = [outermost(source, fn).name, ownerOf(source, outermost(source, fn)) ?? ''];
    names.push(source.file.relative.split('/').at(-1)!.replace(/\.go$/, ''));
    if (names.some((name) => this.isForeignName(name))) return true;
    return url !== undefined && this.isForeignUrl(url);
  }

  private isForeignUrl(url: Value): boolean {
    const pending: Value[] = [url];
    const seen = new Set<unknown>();
    for (let at = pending.shift(); at !== undefined && seen.size < MAX_STEPS; at = pending.shift()) {
      const { expression } = at;
      if (seen.has(expression)) continue;
      seen.add(expression);
      switch (expression.kind) {
        case 'text': {
          const text = expression.value ?? expression.pieces[0] ?? '';
          if (text.includes('://') && isForeign(destinationOfUrl(text))) return true;
          break;
        }
        case 'name':
        case 'member':
          if (this.isForeignName(expression.name)) return true;
          pending.push(...(this.values.origins(at)?.values ?? []));
          break;
        case 'binary':
          pending.push({ ...at, expression: expression.left });
          break;
        case 'call': {
          const origins = this.values.origins(at);
          if (origins !== undefined && !origins.open) pending.push(...origins.values);
          const receiver = expression.callee.kind === 'member' ? [expression.callee.object] : [];
          const given = expression.args.slice(0, 3).map((argument) => argument.value);
          for (const part of [...receiver, ...given]) pending.push({ ...at, expression: part });
          break;
        }
        case 'unary':
        case 'cast':
          pending.push({ ...at, expression: expression.value });
          break;
        default:
      }
    }
    return false;
  }

  /** What the module itself is called is no stranger to it: Grafana's own tools call Grafana. */
  private isForeignName(name: string): boolean {
    if (!isForeign(destinationOfName(name))) return false;
    const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').split(/[^A-Za-z0-9]+/);
    return words.some((word) => isForeign(destinationOfName(word)) && !this.module.includes(word.toLowerCase()));
  }
}
