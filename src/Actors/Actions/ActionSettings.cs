namespace RealtimeAkka.Actors.Actions;

/// <summary>Where results are delivered, and how often that is tried. Exactly one of <c>Port</c> and <c>Actor</c> is set.</summary>
/// <param name="Port">A program or a web service; null for an actor.</param>
/// <param name="Actor">The type of an actor in this process; null for a port.</param>
/// <param name="Timeout">Time limit of one try.</param>
/// <param name="Retries">Maximum tries after the first.</param>
/// <param name="Queue">Maximum deliveries waiting.</param>
public sealed record ActionSettings(IAction? Port, Type? Actor, TimeSpan Timeout, int Retries, int Queue);
