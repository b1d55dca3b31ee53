namespace RealtimeAkka.Actors.Devices;

/// <summary>
/// A device that went away is reopened after <c>First</c>, then at doubling intervals up to <c>Most</c>; it is given up after
/// <c>GiveUp</c>.
/// </summary>
public sealed record ReopenSettings(TimeSpan FirstDelay, TimeSpan MaxDelay, TimeSpan GiveUp);
