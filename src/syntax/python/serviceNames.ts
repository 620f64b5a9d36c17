import { nameGivenToSetup } from '../extract/sourceFile';
import { argument, type CallIdiom, type PythonFile } from './file';

/** `Resource.create({"service.name": "shop"})`, `os.environ["OTEL_SERVICE_NAME"] = "shop"`. */
export function readServiceNames(file: PythonFile): void {
  for (const { parts } of file.captures.of('service')) {
    const name = file.values.text(parts.value);
    if (name !== undefined) file.facts.serviceNames.push(name);
  }
}

/** `os.environ.setdefault("OTEL_SERVICE_NAME", "shop")`, `os.getenv("OTEL_SERVICE_NAME", "shop")`. */
export const environment: CallIdiom = (call, file) => {
  if (file.values.string(argument(call, file, 0, 'key')) !== 'OTEL_SERVICE_NAME') return;
  const name = file.values.text(argument(call, file, 1, 'default'));
  if (name !== undefined) file.facts.serviceNames.push(name);
};

/** `logfire.configure(service_name="shop")`, `setup_telemetry(service_name="shop")`. */
export const configure: CallIdiom = (call, file) => {
  const name = file.values.text(argument(call, file, -1, 'service_name'));
  if (name?.kind === 'literal') file.facts.serviceNames.push(name);
};

/** `setup_tracing("shop")`, `init_telemetry(app, service_name="shop")`. */
export const setupCall: CallIdiom = (call, file) => {
  const given = argument(call, file, -1, 'service_name') ?? call.args.find((value) => value.type === 'string');
  const name = nameGivenToSetup(call.name, file.values.text(given));
  if (name !== undefined) file.facts.serviceNames.push(name);
};
