/** Limit of a query that is read: a value of 2,000 characters takes 18,000 in percent-encoding. */
const queryCharsMax = 20_000;

/** Returns the only parameter of that name, decoded; undefined if there is none, or more than one. */
export function parameterOf(query: string, name: string): string | undefined {
  const parameters = query.length > queryCharsMax ? [] : new URLSearchParams(query).getAll(name);
  return parameters.length === 1 ? parameters[0] : undefined;
}
