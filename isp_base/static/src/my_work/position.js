const PATIENCE = 4000; // milliseconds: who has no view of the sky goes on
const options = {enableHighAccuracy: true, maximumAge: 60000, timeout: PATIENCE};

/** Where the phone is, as [latitude, longitude]; null where it does not say. */
export function findPosition() {
    const found = new Promise((resolve) => {
        if (!navigator.geolocation) {
            resolve(null);
            return;
        }
        navigator.geolocation.getCurrentPosition(
            ({coords}) => resolve([coords.latitude, coords.longitude]),
            () => resolve(null),
            options
        );
    });
    // A question that nobody answers is no failure, and holds nobody up.
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
    return Promise.race([found, late]);
}
