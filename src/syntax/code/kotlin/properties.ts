/** The setter that an assignment to a Java property calls: `isObservationEnabled` has `setObservationEnabled`. */
export function setterName(property: string): string {
  return `set${capital(/^is[A-Z]/.test(property) ? property.slice(2) : property)}`;
}

/** The getter that a Java property is read with. */
export function getterName(property: string): string {
  return /^is[A-Z]/.test(property) ? property : `get${capital(property)}`;
}

function capital(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
