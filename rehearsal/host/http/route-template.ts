/** A route such as `waves/{id:guid}/machines/{name?}` ready to match paths. */
export interface RouteTemplate {
  /** Returns the decoded parameters, or undefined when the path does not match. */
  match(path: string): Record<string, string> | undefined;
  /** Sorts more specific routes first. */
  readonly rank: string;
}

interface Parameter {
  readonly name: string;
  readonly optional: boolean;
  readonly rest: boolean;
  readonly constraints: readonly string[];
}

/** Compiles an ASP.NET route template without a leading slash. Literals match without regard to case. */
export function compileTemplate(template: string): RouteTemplate {
  const parameters: Parameter[] = [];
  let pattern = '';
  let rank = '';
  for (const segment of splitSegments(template)) {
    const parts = segment.split(/(\{(?:[^{}]|\{\{|\}\})*\})/).filter((part) => part !== '');
    const sole = parts.length === 1 && segment.startsWith('{') ? parseParameter(segment) : undefined;
    if (sole !== undefined) {
      parameters.push(sole);
      pattern += sole.rest ? '(?:/(.*))?' : sole.optional ? '(?:/([^/]+))?' : '/([^/]+)';
      rank += sole.rest ? '4' : sole.constraints.length > 0 ? '2' : '3';
      continue;
    }
    pattern += '/';
    for (const part of parts) {
      if (part.startsWith('{')) {
        parameters.push(parseParameter(part));
        pattern += '([^/]+?)';
      } else {
        pattern += part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      }
    }
    rank += parts.length > 1 ? '1' : '0';
  }
  const expression = new RegExp(`^${pattern}/?$`, 'i');

  function match(path: string): Record<string, string> | undefined {
    const found = expression.exec(path === '' ? '' : `/${path}`);
    if (found === null) return undefined;
    const values: Record<string, string> = {};
    for (const [index, parameter] of parameters.entries()) {
      const raw = found[index + 1];
      if (raw === undefined || raw === '') continue;
      const value = decode(raw);
      if (!parameter.constraints.every((constraint) => satisfies(value, constraint))) return undefined;
      values[parameter.name] = value;
    }
    return values;
  }

  return { match, rank };
}

/** Slashes inside braces belong to a constraint. */
function splitSegments(template: string): string[] {
  return template.match(/(?:\{(?:[^{}]|\{\{|\}\})*\}|[^/])+/g) ?? [];
}

function parseParameter(text: string): Parameter {
  const inner = text.slice(1, -1);
  const rest = inner.startsWith('*');
  const bare = inner.replace(/^\*+/, '');
  const optional = bare.endsWith('?');
  const [name = '', ...constraints] = (optional ? bare.slice(0, -1) : bare).split(/:(?![^(]*\))/);
  return { name, optional, rest, constraints };
}

const simple: Readonly<Record<string, RegExp>> = {
  int: /^-?\d{1,10}$/,
  long: /^-?\d{1,19}$/,
  bool: /^(?:true|false)$/i,
  alpha: /^[a-z]*$/i,
  guid: /^\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?$/i,
  decimal: /^-?\d+(?:\.\d+)?$/,
  double: /^-?\d+(?:\.\d+)?$/,
  required: /./,
};

function satisfies(value: string, constraint: string): boolean {
  const call = /^(\w+)\((.*)\)$/.exec(constraint);
  if (call === null) {
    if (constraint === 'datetime') return !Number.isNaN(Date.parse(value));
    const expression = simple[constraint];
    if (expression === undefined) throw new Error(`Unknown route constraint '${constraint}'.`);
    return expression.test(value);
  }
  const [, name, argument = ''] = call;
  const [low = 0, high = low] = argument.split(',').map(Number);
  switch (name) {
    case 'minlength':
      return value.length >= low;
    case 'maxlength':
      return value.length <= low;
    case 'length':
      return value.length >= low && value.length <= high;
    case 'min':
      return Number(value) >= low;
    case 'max':
      return Number(value) <= low;
    case 'range':
      return Number(value) >= low && Number(value) <= high;
    case 'regex':
      return new RegExp(argument.replaceAll('{{', '{').replaceAll('}}', '}'), 'i').test(value);
    default:
      throw new Error(`Unknown route constraint '${constraint}'.`);
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
