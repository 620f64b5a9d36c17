import type { EvidenceContext } from '../../candidate';
import type { FoundFunction } from '../../implementations';

/**
 * The methods that implement one of a goa service: those of its name in files that use the code generated for the service.
 * @param designed `orders.Show`, as the design names it.
 */
export async function goaMethods(designed: string, context: EvidenceContext): Promise<FoundFunction[]> {
  const dot = designed.lastIndexOf('.');
  const generated = `/gen/${designed
    .slice(0, dot)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')}`;
  const wanted = { container: [], name: designed.slice(dot + 1) };
  const found = await context.functions.find(wanted, 'go', context.scope, context.touch);
  return found.filter(({ file, facts, index }) => {
    const isMethod = facts.functions[index]!.container.length > 0;
    const uses = facts.imports.some(({ from }) => from.replaceAll('_', '').endsWith(generated));
    return isMethod && uses && context.reaches(file);
  });
}
