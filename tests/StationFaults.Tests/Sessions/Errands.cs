using System.Collections.Concurrent;
using System.Text.Json;
using RealtimeAkka.Actors.Actions;

namespace RealtimeAkka.StationFaults.Tests.Sessions;

/// <summary>An external action that fails on the first attempt.</summary>
internal sealed class Errands : IAction
{
    private readonly ConcurrentDictionary<string, int> _tries = [];

    /// <inheritdoc/>
    public async Task<string> RunAsync(string id, string json, CancellationToken cancellation)
    {
        await Task.Yield();
        return _tries.AddOrUpdate(id, 1, (_, tries) => tries + 1) > 1 ? "done" : throw new ActionException("not yet", permanent: false);
    }
}

/// <summary>The same as an in-process actor.</summary>
public sealed class ErrandActor : ActionActor
{
    /// <inheritdoc/>
    protected override string Do(string id, JsonElement input) => "done";
}
