import { type Command, GLOBAL_OPTIONS } from './command.ts';

export const SHELLS = ['bash', 'zsh', 'powershell'] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * Completion asks the client itself (`ama __complete WORDS`), so that a script that was installed once knows the
 * commands of whatever version is there.
 */
export function completionScript(shell: Shell): string {
  return { bash: BASH, zsh: ZSH, powershell: POWERSHELL }[shell];
}

const BASH = `# ama completion for bash: source <(ama completion bash)
_ama() {
  local IFS=$'\\n'
  COMPREPLY=($(ama __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  if [ "\${COMPREPLY[0]}" = ":files" ]; then COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")); fi
}
complete -F _ama ama
`;

const ZSH = `#compdef ama
# ama completion for zsh: source <(ama completion zsh)
_ama() {
  local -a found
  found=("\${(@f)$(ama __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [ "\${found[1]}" = ":files" ]; then _files; else compadd -a found; fi
}
compdef _ama ama
`;

const POWERSHELL = `# ama completion for PowerShell: ama completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName ama -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($wordToComplete -eq '') { $words += '' }
  ama __complete @words 2>$null | Where-Object { $_ -ne ':files' } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;

/** Said instead of words where a file goes. */
const FILES = ':files';

/** What can stand in the place of the last of these words. */
export function completionsOf(commands: readonly Command[], words: readonly string[]): string[] {
  const last = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const fits = (known: readonly string[]) => [...new Set(known)].filter((one) => one.startsWith(last)).sort();
  const command = commands.find(({ name }) => name.split(' ').every((part, i) => before[i] === part));
  if (command === undefined) {
    const next = commands
      .map(({ name }) => name.split(' '))
      .filter((parts) => before.every((word, i) => parts[i] === word))
      .flatMap((parts) => parts[before.length] ?? []);
    return fits(before.length === 0 ? [...next, 'help', '--help', '--version'] : next);
  }
  const options = { ...GLOBAL_OPTIONS, ...command.options };
  const open = options[(before.at(-1) ?? '').replace(/^--/, '')];
  if (before.at(-1)?.startsWith('--') && open?.value !== undefined)
    return open.path ? [FILES] : fits(open.choices ?? []);
  if (last.startsWith('-')) return fits(Object.keys(options).map((name) => `--${name}`));
  const given = wordsOf(before.slice(command.name.split(' ').length), options);
  const args = command.args ?? [];
  const arg = args[given] ?? (args.at(-1)?.several ? args.at(-1) : undefined);
  if (arg?.path) return [FILES];
  return fits([
    ...(arg?.choices ?? []),
    ...(arg === undefined ? Object.keys(options).map((name) => `--${name}`) : []),
  ]);
}

/** How many of these words are no options and no values of options. */
function wordsOf(
  words: readonly string[],
  options: Readonly<Record<string, { readonly value?: string }>>,
): number {
  return words.filter(
    (word, i) =>
      !word.startsWith('-') && options[(words[i - 1] ?? '').replace(/^--/, '')]?.value === undefined,
  ).length;
}
