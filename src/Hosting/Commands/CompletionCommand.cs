using System.CommandLine;
using RealtimeAkka.Hosting.Configuration;

namespace RealtimeAkka.Hosting.Commands;

/// <summary>
/// <c>completion SHELL</c>: prints a script by which a shell asks this program what may follow. The program answers the directive
/// <c>[suggest:POSITION]</c> with one line per proposal.
/// </summary>
public static class CompletionCommand
{
    /// <summary>The directive's beginning.</summary>
    public const string Directive = "[suggest";

    // What is proposed is never evaluated by the shell: it may be the name of a folder that anybody made.
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] =
            """
            # eval "$(realtime-akka completion bash)" in ~/.bashrc
            _realtime_akka() {
                local proposal current="${COMP_WORDS[COMP_CWORD]}"
                COMPREPLY=()
                while IFS= read -r proposal; do
                    [[ -n "$proposal" && "$proposal" == "$current"* ]] && COMPREPLY+=("$proposal")
                done < <("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
                [[ "${#COMPREPLY[@]}" -eq 1 && "${COMPREPLY[0]}" == *= ]] && compopt -o nospace
                return 0
            }
            complete -o default -F _realtime_akka realtime-akka
            """,
        ["zsh"] =
            """
            #compdef realtime-akka
            # eval "$(realtime-akka completion zsh)" in ~/.zshrc, after compinit
            _realtime_akka() {
                local line="${(j: :)words[1,CURRENT]}"
                local -a proposals
                proposals=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
                proposals=("${(@)proposals:#}")
                if (( ${#proposals} )); then
                    compadd -a proposals
                else
                    _files
                fi
            }
            compdef _realtime_akka realtime-akka
            """,
        ["fish"] =
            """
            # realtime-akka completion fish | source in ~/.config/fish/config.fish
            function __realtime_akka_proposals
                set -l line (commandline -cp | string collect)
                set -l proposals (realtime-akka "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null | string match -v -- '')
                if test (count $proposals) -gt 0
                    printf '%s\n' $proposals
                else
                    __fish_complete_path (commandline -ct)
                end
            end
            complete -c realtime-akka -f -a '(__realtime_akka_proposals)'
            """,
        ["pwsh"] =
            """
            # realtime-akka completion pwsh | Out-String | Invoke-Expression in $PROFILE
            Register-ArgumentCompleter -Native -CommandName realtime-akka -ScriptBlock {
                param($word, $command, $position)
                $line = "$command".PadRight($position)
                realtime-akka "[suggest:$position]" "$line" 2>$null | Where-Object { $_ -and $_.StartsWith($word) } | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }
            """,
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = $"{string.Join(", ", Scripts.Keys)}." };
        shell.CompletionSources.Add([.. Scripts.Keys]);
        var command = new Command("completion", "Print a script for a shell that completes commands, options and session ids.") { shell };
        command.SetAction(parsed =>
        {
            var name = parsed.GetValue(shell)!;
            if (!Scripts.TryGetValue(name, out var script))
                throw new ConfigException($"SHELL is '{StrictConfig.Shown(name)}'; it must be one of {string.Join(", ", Scripts.Keys)}.");
            parsed.InvocationConfiguration.Output.WriteLine(script.ReplaceLineEndings("\n"));
            return ExitCodes.Completed;
        });
        return command;
    }
}
