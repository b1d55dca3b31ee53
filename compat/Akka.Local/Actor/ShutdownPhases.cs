using Akka.Configuration;

namespace Akka.Actor;

internal sealed record ShutdownPhase(IList<string> DependsOn, TimeSpan Timeout, bool Recover);

/// <summary>The phases of the configuration in an order that respects depends-on.</summary>
internal sealed class ShutdownPhases
{
    private readonly Dictionary<string, ShutdownPhase> _byName = [];
    private readonly List<string> _ordered = [];

    public ShutdownPhases(Config config)
    {
        var limit = config.GetTimeSpan("default-phase-timeout", TimeSpan.FromSeconds(5));
        var phases = config.GetConfig("phases") ?? throw new ConfigurationException("akka.coordinated-shutdown.phases is missing");
        foreach (var name in phases.AsEnumerable().Select(p => p.Key))
        {
            var phase = phases.GetConfig($"\"{name}\"")!;
            _byName[name] = new ShutdownPhase(phase.GetStringList("depends-on"), phase.GetTimeSpan("timeout", limit, allowInfinite: false), phase.GetBoolean("recover", true));
        }
        foreach (var name in _byName.Keys)
            Visit(name, []);
    }

    public ShutdownPhase Of(string phase) =>
        _byName.TryGetValue(phase, out var found)
            ? found
            : throw new ArgumentException($"Unknown phase [{phase}]. All phases must be defined in configuration.");

    public void Check(string phase)
    {
        if (!_byName.ContainsKey(phase))
            throw new ConfigurationException($"Unknown phase [{phase}], known phases [{string.Join(",", _byName.Keys)}]. All phases (along with their optional dependencies) must be defined in configuration.");
    }

    public IEnumerable<string> From(string? phase) => phase is null ? _ordered : _ordered.SkipWhile(p => p != phase);

    private void Visit(string name, HashSet<string> path)
    {
        if (_ordered.Contains(name))
            return;
        if (!path.Add(name))
            throw new ArgumentException($"Cycle detected in graph of phases. It must be a DAG. Phase [{name}] depends transitively on itself.");
        if (!_byName.TryGetValue(name, out var phase))
            return;
        foreach (var before in phase.DependsOn)
            Visit(before, path);
        _ordered.Add(name);
    }
}
