export { freeName, indentAt, insertAt, lineEnd, newlineOf, replace } from '../../code/edits';
