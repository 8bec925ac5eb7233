// What Leaflet has and its published types do not name: the page stays with the version that XStatic brings.
import "leaflet";

declare module "leaflet" {
	namespace CRS {
		const Earth: CRS & { R: number };
	}
	namespace Control {
		interface Scale {
			_getRoundNum(metres: number): number;
		}
	}
	interface TileLayer {
		_getTilePos(at: Coords): Point;
	}
	interface GridLayer {
		_getTiledPixelBounds(middle: LatLng): Bounds;
	}
	interface Canvas {
		initialize(options?: RendererOptions): void;
	}
}
