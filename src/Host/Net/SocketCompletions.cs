namespace RealtimeAkka.Host.Net;

/// <summary>Selects the thread on which the continuation of a socket's read or write runs.</summary>
public static class SocketCompletions
{
    /// <summary>
    /// Runs it on the thread that the operating system woke, without waking a second one. Our continuations only decode an event and
    /// post it, so they block no other socket. The runtime reads this environment variable once: call this before the first socket is
    /// created. A value that the user has set is kept.
    /// </summary>
    public static void RunWhereTheyHappen()
    {
        const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
        if (Environment.GetEnvironmentVariable(Variable) is null) Environment.SetEnvironmentVariable(Variable, "1");
    }
}
