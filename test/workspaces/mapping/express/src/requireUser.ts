export function requireUser(req, res, next) {
  next();
}
