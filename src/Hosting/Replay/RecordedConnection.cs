using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Hosting.Replay;

/// <summary>An event that the server sent.</summary>
/// <param name="At">When it arrived, since the recording began.</param>
/// <param name="Json">The frame; its audio, if it has any, is left out.</param>
/// <param name="AudioBytes">The length of its audio.</param>
/// <param name="Answers">The id of the request that it answers; null: of none.</param>
public sealed record RecordedEvent(TimeSpan At, byte[] Json, int AudioBytes, string? Answers);

/// <summary>A request of ours that the server answers.</summary>
/// <param name="Id">Its event id.</param>
/// <param name="Turn">The turn it is about; null: not known.</param>
/// <param name="IsAnswered">The recording has an answer.</param>
public sealed record RecordedRequest(string Id, string? Turn, bool IsAnswered);

/// <summary>One connection of a recorded session, or an attempt to make one.</summary>
/// <param name="Number">From 1.</param>
/// <param name="ConnectingAt">When it was attempted, since the recording began.</param>
/// <param name="OpenAt">When it was open; null: never.</param>
/// <param name="EndAt">When it ended, or could not be made; null: the recording ends before.</param>
/// <param name="End">How it ended.</param>
/// <param name="ClosingAt">When we closed it; null: we did not.</param>
/// <param name="Events">What the server sent, in order.</param>
/// <param name="Requests">What we asked for.</param>
public sealed record RecordedConnection(
    int Number, TimeSpan ConnectingAt, TimeSpan? OpenAt, TimeSpan? EndAt, ConnectionEnd? End, TimeSpan? ClosingAt,
    IReadOnlyList<RecordedEvent> Events, IReadOnlyList<RecordedRequest> Requests);
