/**
 * The machine a row is of: its resource id in lower case, and of an instance of a scale set the id of the set. That
 * instances write the id of the set followed by `/virtualMachines/{n}` is not verified; rows that carry the id of
 * the set itself count just the same.
 */
export const OWNER =
  "iff(_ResourceId has 'virtualmachinescalesets', tostring(split(tolower(_ResourceId), '/virtualmachines/')[0]), tolower(_ResourceId))";
