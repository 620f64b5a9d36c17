import type { EvidenceContext } from '../../candidate';
import type { FoundFunction } from '../../implementations';
import { endsWith, parseRoute } from '../../index/routeShape';
import type { WorkspaceFile } from '../../workspace/workspaceFiles';

/** The code of a page: `Pages/Orders/Edit.cshtml.cs`, `Areas/Admin/Pages/Users.cshtml.cs`. */
const PAGE_CODE = /(?:^|\/)(?:Areas\/([^/]+)\/)?Pages\/(.+)\.cshtml\.cs$/;

/**
 * The method of a Razor Page's model that answers a request: `OnGetAsync` in `Pages/Orders/Edit.cshtml.cs` answers
 * `GET Orders/Edit/{id}` where `Edit.cshtml` says `@page "{id}"`. Of named handlers the span does not say which.
 */
export async function razorPageHandlers(
  route: string,
  method: string | undefined,
  context: EvidenceContext,
): Promise<FoundFunction[]> {
  if (method === undefined || (context.dialect !== undefined && context.dialect !== 'dotnet')) return [];
  const found: FoundFunction[] = [];
  context.touch('paths');
  for (const file of context.index.modules.withExtension('cs')) {
    const match = PAGE_CODE.exec(file.relative);
    if (match === null || !context.reaches(file)) continue;
    const page = [match[1] ?? '', match[2]!].filter((part) => part !== '').join('/');
    if (!(await templatesOf(page, file, context)).some((template) => sameRoute(template, route))) continue;
    const facts = await context.facts(file);
    const handler = new RegExp(`^On${method === 'HEAD' ? 'Get' : method}(?:Async)?$`, 'i');
    facts?.functions.forEach(({ name }, index) => {
      if (handler.test(name)) found.push({ file, facts, index });
    });
  }
  return context.scope.nearest(found, ({ file }) => file);
}

/** The routes of a page: its path and what `@page` adds, without `Index`; and its name, which stands for an empty route. */
async function templatesOf(page: string, code: WorkspaceFile, context: EvidenceContext): Promise<string[]> {
  const view = code.path.replace(/\.cs$/, '');
  const added = await context.parsed(view, templateOf);
  if (/^[~/]/.test(added)) return [added, page];
  return [page, page.replace(/(^|\/)Index$/, '')].map((path) => `${path}/${added}`);
}

function templateOf(view: string): string {
  return /^\s*@page\s+"([^"]*)"/m.exec(view)?.[1] ?? '';
}

function sameRoute(template: string, route: string): boolean {
  const sent = parseRoute(route)[0]?.segments ?? [];
  return parseRoute(template).some(({ segments }) => segments.length === sent.length && endsWith(sent, segments, true));
}
