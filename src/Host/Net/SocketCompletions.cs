namespace RealtimeAkka.Host.Net;

/// <summary>Where the continuation of a socket's read or write runs.</summary>
public static class SocketCompletions
{
    /// <summary>
    /// On the thread that the operating system woke for it, and not on another that has to be woken in turn. Ours only decode an
    /// event and post it, so that nothing is held up. The runtime reads this from the environment of the process, and only
    /// once: call it before the first socket is made. What the user has set himself stays.
    /// </summary>
    public static void RunWhereTheyHappen()
    {
        const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
        if (Environment.GetEnvironmentVariable(Variable) is null) Environment.SetEnvironmentVariable(Variable, "1");
    }
}
