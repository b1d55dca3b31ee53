namespace RealtimeAkka.Actors.Actions;

/// <summary>Where results go and how hard that is tried. Exactly one of <c>Port</c> and <c>Actor</c> is set.</summary>
/// <param name="Port">A program or a web service; null for an actor.</param>
/// <param name="Actor">The actor of this process that does it; null for a port.</param>
/// <param name="Timeout">For one try.</param>
/// <param name="Retries">How often it is tried again.</param>
/// <param name="Queue">Deliveries that may wait.</param>
public sealed record ActionSettings(IAction? Port, Type? Actor, TimeSpan Timeout, int Retries, int Queue);
