namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>A test on a terminal; skipped, with the reason, where there is no tmux.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TerminalFactAttribute : FactAttribute
{
    /// <summary>Sets the reason to skip, if any.</summary>
    public TerminalFactAttribute() => Skip = TmuxTerminal.Missing;
}
