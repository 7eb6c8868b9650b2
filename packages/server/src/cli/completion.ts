/**
 * `selfsame completion`: scripts with which shells complete `selfsame`. The scripts know the first words; those of
 * `selfsame api` come from the program, which reads the contract.
 */
import { CommandError } from './settings-flags.ts';

const SHELLS = { bash, zsh, fish } as const;

/** @param commands the first words of the program. */
export function printCompletion(shell: string, commands: readonly string[]): void {
  if (!Object.hasOwn(SHELLS, shell)) {
    throw new CommandError(`no completion for '${shell}': bash, zsh and fish have one.`);
  }
  console.log(SHELLS[shell as keyof typeof SHELLS](commands));
}

function bash(commands: readonly string[]): string {
  return `# Completion of selfsame for bash: eval "$(selfsame completion bash)"
_selfsame() {
  local current="\${COMP_WORDS[COMP_CWORD]}" line
  # bash splits words at colons and equals signs; the words of the line up to the cursor are read again.
  local -a words
  read -ra words <<< "\${COMP_LINE:0:COMP_POINT}"
  [[ "\${COMP_LINE:0:COMP_POINT}" == *' ' ]] && words+=('')
  current="\${words[\${#words[@]}-1]}"
  COMPREPLY=()
  if (( \${#words[@]} <= 2 )); then
    COMPREPLY=($(compgen -W '${commands.join(' ')}' -- "$current"))
  elif [[ "\${words[1]}" == api ]]; then
    if [[ "$current" == @* ]]; then
      COMPREPLY=($(compgen -f -P @ -- "\${current#@}"))
    else
      while IFS=$'\\t' read -r line _; do
        COMPREPLY+=("$line")
      done < <(selfsame api __complete "\${words[@]:2}" 2>/dev/null)
    fi
  fi
}
complete -o default -F _selfsame selfsame`;
}

function zsh(commands: readonly string[]): string {
  return `#compdef selfsame
# Completion of selfsame for zsh: eval "$(selfsame completion zsh)", after compinit
_selfsame() {
  local -a found
  local line
  if (( CURRENT == 2 )); then
    found=(${commands.join(' ')})
    compadd -a found
  elif [[ "\${words[2]}" == api ]]; then
    if [[ "\${words[CURRENT]}" == @* ]]; then
      compset -P @
      _files
      return
    fi
    while IFS=$'\\t' read -r line _; do
      found+=("$line")
    done < <(selfsame api __complete "\${(@)words[3,CURRENT]}" 2>/dev/null)
    if (( \${#found} > 0 )); then
      compadd -a found
    else
      _files
    fi
  else
    _files
  fi
}
compdef _selfsame selfsame`;
}

function fish(commands: readonly string[]): string {
  return `# Completion of selfsame for fish: selfsame completion fish | source
function __selfsame_api
    set -l words (commandline -opc) (commandline -ct)
    set -l current (commandline -ct)
    if string match -q '@*' -- $current
        string replace -r '^' '@' -- (__fish_complete_path (string sub -s 2 -- $current))
        return
    end
    set -l found (selfsame api __complete $words[3..-1] 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path $current
    end
end
complete -c selfsame -n __fish_use_subcommand -f -a '${commands.join(' ')}'
complete -c selfsame -n '__fish_seen_subcommand_from api' -f -a '(__selfsame_api)'`;
}
