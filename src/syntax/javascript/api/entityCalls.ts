import { lastPart } from '../../extract/callSite';
import type { CallIdiom } from '../file';

/** Methods that are read nowhere else; `create`, `delete` and `aggregate` besides. */
export const PRISMA_METHODS =
  'findMany findUnique findUniqueOrThrow findFirst findFirstOrThrow createMany createManyAndReturn update updateMany updateManyAndReturn upsert deleteMany count groupBy'.split(
    ' ',
  );

/** The same of Mongoose; `create` and `aggregate` besides. */
export const MONGOOSE_METHODS =
  'find findOne findById exists updateOne replaceOne insertMany bulkWrite countDocuments estimatedDocumentCount distinct deleteOne findOneAndUpdate findOneAndDelete findOneAndReplace findByIdAndUpdate findByIdAndDelete'.split(
    ' ',
  );

/** `prisma.user.findMany(…)`, `this.db.user.findMany(…)`, `tx.user.update(…)`: a model is a property of the client. */
export const prismaCall: CallIdiom = (call, file) => {
  const parts = call.receiver.split('.');
  const entity = parts.at(-1)!;
  if (parts.length < 2 || !/^[a-z]\w*$/.test(entity) || !CLIENT.test(parts.at(-2)!)) return;
  push(call, file, 'prisma', entity, call.name);
};

const CLIENT = /prisma|^(db|tx|trx|client|orm|transaction|database|\w*Db|\w*Client)$/i;

/** Mongoose's `User.findOne(…)`, `this.userModel.findById(…)`. */
export const mongooseCall: CallIdiom = (call, file) => {
  const model = lastPart(call.receiver);
  const made = file.made.get(call.receiver)?.by ?? '';
  const isModel = /^[A-Z]\w*$/.test(model) || /Model$/.test(model) || /^(mongoose\.)?[mM]odel\b/.test(made);
  if (!isModel || NOT_A_MODEL.test(model)) return;
  const entity = model.replace(/(?<=\w)Model$/, '');
  push(call, file, 'mongoose', entity, MONGOOSE_OPERATIONS[call.name] ?? call.name);
};

const NOT_A_MODEL = /^(Object|Array|Map|Set|Promise|Math|JSON|Model|React|Reflect|Buffer)$/;

/** What Mongoose makes of its shorthands, as its spans name them. */
const MONGOOSE_OPERATIONS: Readonly<Partial<Record<string, string>>> = {
  findById: 'findOne',
  exists: 'findOne',
  findByIdAndUpdate: 'findOneAndUpdate',
  findByIdAndDelete: 'findOneAndDelete',
  findByIdAndRemove: 'findOneAndRemove',
  create: 'save',
};

function push(
  call: Parameters<CallIdiom>[0],
  file: Parameters<CallIdiom>[1],
  library: string,
  entity: string,
  method: string,
): void {
  const around = file.outline.functionAt(call.start);
  file.facts.entityCalls.push({ library, entity, method, function: around, range: call.range });
}
