/** Whether a script of a `package.json` starts something, and does not only build or watch. */
export function startsProcess(script: string): boolean {
  const builds =
    /^\s*(npx\s+)?((tsc|tsup|rollup|microbundle|swc|babel|webpack|father|storybook|start-storybook|echo|exit)\b|(npm|pnpm|yarn|bun)\s+(run\s+)?(watch|build|dev:build|storybook))/;
  return script.trim() !== '' && !builds.test(script);
}
