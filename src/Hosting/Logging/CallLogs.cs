using System.Collections.Concurrent;
using RealtimeAkka.Protocol;
using Serilog.Core;
using Serilog.Events;

namespace RealtimeAkka.Hosting.Logging;

/// <summary>The logs of all calls of a process: an entry goes to the log of the call that it names.</summary>
public sealed class CallLogs : ILogEventSink
{
    private readonly ConcurrentDictionary<string, LogFile> _files = new(StringComparer.Ordinal);

    /// <summary>The entries of a call go to this file from now on.</summary>
    public void Add(SessionId call, LogFile file) => _files[call.Value] = file;

    /// <summary>The call logs no more; its file can be closed.</summary>
    public void Remove(SessionId call) => _files.TryRemove(call.Value, out _);

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        if (logEvent.Properties.TryGetValue("Session", out var session) && session is ScalarValue { Value: string id }
            && _files.TryGetValue(id, out var file)) file.Emit(logEvent);
    }
}
