namespace RealtimeAkka.Actors.Mic;

/// <summary>How far the input is, in this order.</summary>
public enum InputPhase
{
    /// <summary>The source may deliver more.</summary>
    Listening,
    /// <summary>The source has ended, failed or been stopped: what it delivered is sent, then the closing silence.</summary>
    Closing,
    /// <summary>The closing silence has been given to the connection; all credit back means that it was sent.</summary>
    ReturningCredit,
    /// <summary>All is sent.</summary>
    Ended,
}

/// <summary>What is to be done next at the end of the input.</summary>
public enum EndStep
{
    /// <summary>Nothing until there is more credit.</summary>
    Wait,
    /// <summary>Send a frame of silence.</summary>
    SendSilence,
    /// <summary>Ask the connection to return all credit.</summary>
    ReturnCredit,
    /// <summary>Report the end.</summary>
    Report,
}

/// <summary>
/// The end of the input: silence follows the last audio, so that VAD closes the last turn. It is not speech: it needs no pace and ignores
/// muting, but needs credit. The input has ended when the connection has sent all of it.
/// </summary>
/// <param name="SilenceLeft">Closing silence that is still to be sent.</param>
public readonly record struct EndOfInput(TimeSpan SilenceLeft)
{
    /// <summary>How far the input is.</summary>
    public InputPhase Phase { get; private init; }

    /// <summary>Nothing more is read from the source.</summary>
    public bool IsClosing => Phase > InputPhase.Listening;

    /// <summary>The source delivers nothing more; no effect if this is known.</summary>
    public EndOfInput Close() => IsClosing ? this : this with { Phase = InputPhase.Closing };

    /// <summary>There is a new connection. Audio that is sent again ends again: the closing silence is part of it.</summary>
    public EndOfInput OnConnected(bool anyWaiting) =>
        Phase == InputPhase.ReturningCredit || (Phase == InputPhase.Ended && anyWaiting) ? this with { Phase = InputPhase.Closing } : this;

    /// <summary>The next step, when all audio of the source has been given to the connection.</summary>
    public (EndOfInput Next, EndStep Step) Next(SendCredit credit, TimeSpan frame) => Phase switch
    {
        InputPhase.Listening or InputPhase.Ended => (this, EndStep.Wait),
        _ when SilenceLeft > TimeSpan.Zero && !credit.Any => (this, EndStep.Wait),
        _ when SilenceLeft > TimeSpan.Zero => (this with { SilenceLeft = SilenceLeft - frame }, EndStep.SendSilence),
        _ when credit.IsFull => (this with { Phase = InputPhase.Ended }, EndStep.Report),
        InputPhase.Closing => (this with { Phase = InputPhase.ReturningCredit }, EndStep.ReturnCredit),
        _ => (this, EndStep.Wait),
    };
}
