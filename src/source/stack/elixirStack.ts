import type { StackFrame } from './stackFrame';

/** `(shop 0.1.0) lib/shop/orders.ex:12: Shop.Orders.place/2`, also without the application. */
const FRAME = /^\s*(?:\(([\w.]+)(?: [\w.+-]+)?\) )?([^\s:()]+\.(?:exs?|erl)):(\d+): (.+?)\s*$/;

/** Applications of Elixir and Erlang themselves, and of what every service runs on. */
const RUNTIME =
  /^(elixir|stdlib|kernel|mix|ex_unit|logger|eex|iex|compiler|erts|phoenix\w*|plug\w*|bandit|cowboy|ecto\w*|db_connection|postgrex|absinthe\w*|oban|telemetry\w*|opentelemetry\w*|finch|mint|tesla|req|jason|broadway\w*|gen_stage)$/;

/** `Exception.format/3`: innermost frame first. Frames of other applications bear their name. */
export function parseElixirStack(text: string): StackFrame[] {
  const frames: StackFrame[] = [];
  for (const row of text.split('\n')) {
    const match = FRAME.exec(row);
    if (match === null) continue;
    const [, application = '', file, line, name] = match;
    if (!RUNTIME.test(application) && !/^\.{0,2}\/?deps\//.test(file!))
      frames.push({ function: name, file, line: Number(line) });
  }
  return frames;
}
