import type { ExtractionInput } from '../extract/languageExtractor';
import { children } from '../extract/sourceText';
import type { ImportFact } from '../facts';

/** `use App\Orders\Topics;`, `use App\{Orders, Items as Things};`: class names by the name they are used under. */
export function phpImports({ captures, source }: ExtractionInput): ImportFact[] {
  return captures.of('import').flatMap(({ node }) => {
    const parts = children(node);
    const group = parts.find(({ type }) => type === 'namespace_use_group');
    const prefix = group === undefined ? '' : `${source.of(parts[0]!)}\\`;
    const clauses = (group === undefined ? parts : children(group)).filter(
      ({ type }) => type === 'namespace_use_clause',
    );
    return clauses.map((clause) => {
      const [path = '', alias] = source
        .of(clause)
        .replace(/^(function|const)\s+/, '')
        .split(/\s+as\s+/);
      const from = `${prefix}${path.trim()}`.replace(/^\\/, '');
      const last = from.slice(from.lastIndexOf('\\') + 1);
      return { from, names: { [alias?.trim() ?? last]: last } };
    });
  });
}
