import { children } from '../extract/sourceText';
import { LAMBDA_HANDLER } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { CallIdiom, GoFile } from './file';

/** aws-lambda-go's `lambda.Start(handler)`, also `lambda.Start(otellambda.InstrumentHandler(handler))`. */
export const lambdaStart: CallIdiom = (call, file) => {
  if (call.receiver !== 'lambda' || !file.importPaths.includes('aws-lambda-go/lambda')) return;
  const handler = file.values.handler(uninstrumented(call.args[0], file));
  if (handler !== undefined) file.facts.exports.push({ name: LAMBDA_HANDLER, handler, range: call.range });
};

function uninstrumented(given: SyntaxNode | undefined, { source }: GoFile): SyntaxNode | undefined {
  const callee = given?.childForFieldName('function');
  const list = given?.childForFieldName('arguments');
  const isWrapper = callee && /\bInstrumentHandler$/.test(source.of(callee));
  return isWrapper === true && list ? children(list)[0] : given;
}
