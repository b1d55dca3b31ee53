namespace Akka.Actor;

/// <summary>The system part of a path: akka://name.</summary>
public sealed record Address(string Protocol, string System, string? Host = null, int? Port = null)
{
    public bool HasLocalScope => Host is null;
    public bool HasGlobalScope => Host is not null;

    public override string ToString() =>
        Host is null ? $"{Protocol}://{System}" : $"{Protocol}://{System}@{Host}{(Port is null ? "" : $":{Port}")}";
}
